/**
 * Who must be told of every arrival is told until it says that it has understood: webhooks, commands and the journal
 * of events. What is to be told stands in the table {@code arrival}, how far each output has come in the tables
 * {@code outbox*}; so nothing is lost when the server or the receiver fails, and something may be told twice. Other
 * events go to the same receivers as well as it goes. Wired by the root; the command line shows and changes the tables.
 */
package org.stationmaster.outbox;
