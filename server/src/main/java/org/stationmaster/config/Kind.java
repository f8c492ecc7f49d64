package org.stationmaster.config;

/** What an entry of a {@link NamedGroup} is, which decides the settings that it has: a protocol, a type of output. */
interface Kind {
}
