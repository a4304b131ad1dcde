package dev.nexus.gateway.page;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The branding of the hosted page for each tenant, and the sites that may frame it. */
@ConfigMapping(prefix = "nexus.gateway.branding")
public interface BrandingConfig {

    /** The settings of each tenant. The key is the tenant. */
    @WithParentName
    Map<String, Tenant> tenants();

    /** The settings of a tenant. */
    interface Tenant {

        /** The application's name on the hosted page, 1–100 characters. Default: the host of the return URL. */
        Optional<String> name();

        /** A PNG, JPEG, WebP or SVG file of at most 16 KiB. The Gateway reads the file at startup. */
        Optional<Path> logo();

        /** A logo for dark mode. The rules of `logo` apply, and `logo` must be set too. Default: `logo`. */
        Optional<Path> logoDark();

        /**
         * The colour of the button, as `#rrggbb`. The text on it is black or white, the one with more contrast.
         * Default: a dark blue.
         */
        Optional<String> accent();

        /**
         * The origins that may frame the hosted page, such as `https://app.example.com`. They must be of the same site
         * as the Gateway, because browsers do not send the page's cookie in a frame of another site. Default: none.
         */
        Optional<List<String>> frameAncestors();
    }
}
