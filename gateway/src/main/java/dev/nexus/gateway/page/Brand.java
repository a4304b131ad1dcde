package dev.nexus.gateway.page;

import java.util.List;
import java.util.Optional;

/**
 * A tenant's looks, checked.
 *
 * @param logo the path below which the Gateway serves it
 * @param logoDark likewise, for dark mode
 * @param styleSheet likewise, with the accent in it
 * @param frameAncestors origins as Content-Security-Policy writes them; empty for none
 */
record Brand(
        Optional<String> name,
        Optional<String> logo,
        Optional<String> logoDark,
        String styleSheet,
        List<String> frameAncestors) {}
