package dev.nexus.gateway.page;

/**
 * What every page has around its content.
 *
 * @param language a BCP 47 tag
 * @param logo the image's path; empty if there is none
 * @param logoDark likewise, in dark mode
 * @param application what the page calls the application; may be empty
 */
public record PageFrame(
        String language,
        String title,
        String styleSheet,
        String script,
        String icon,
        String logo,
        String logoDark,
        String application) {}
