/**
 * The embedded database: its file, its schema ({@code db/migration}) and transactions on it. The tables belong to those
 * who use them, {@code account} and {@code arrival}; it knows neither.
 */
package org.stationmaster.database;
