/**
 * Who is let in before anybody knows who it is: rules about sources, and budgets of connections. Listeners ask at every
 * accept. It knows addresses and numbers, and neither protocols nor accounts.
 */
package org.stationmaster.defense;
