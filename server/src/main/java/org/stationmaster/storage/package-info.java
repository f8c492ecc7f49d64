/**
 * Files on disk: homes, staging, publishing. An upload is invisible until it is whole and durable; no path, link or
 * race leaves a home. What is about to be published is written to a {@code Journal} first, and uploads that are ready
 * at the same time share their visits to the disk ({@code GroupCommit}). Called by {@code session}, and given its
 * journal by the root; the listeners see the value types and the exceptions. Knows no protocol and no account.
 *
 * <p>{@code Home} and {@code StagedFile} say what happens; below them {@code FileTree}, {@code Folder} and
 * {@code OpenedFile} are the operating system: by descriptor on Linux, by path elsewhere.
 */
package org.stationmaster.storage;
