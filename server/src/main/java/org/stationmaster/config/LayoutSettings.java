package org.stationmaster.config;

/**
 * What events look like.
 *
 * @param format how
 * @param template the line for {@link EventFormat#TEMPLATE}, with names in braces; else empty
 */
public record LayoutSettings(EventFormat format, String template) {
}
