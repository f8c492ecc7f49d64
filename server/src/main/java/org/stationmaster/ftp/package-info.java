/**
 * The FTP and FTPS listeners, thin above the session core. {@code FtpListener} accepts, {@code FtpSession} is one
 * command connection, {@code Commands} is the table of what is understood, {@code Transfer} is one data connection at
 * work. Called by the daemon; knows nothing of other protocols, of disks and of how logins are decided.
 */
package org.stationmaster.ftp;
