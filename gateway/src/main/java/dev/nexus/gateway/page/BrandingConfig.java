package dev.nexus.gateway.page;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithParentName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** How the capture page looks for each tenant, and who may frame it. */
@ConfigMapping(prefix = "nexus.gateway.branding")
public interface BrandingConfig {

    /** By tenant. */
    @WithParentName
    Map<String, Tenant> tenants();

    /** One tenant's. */
    interface Tenant {

        /** The application's name on the capture page, 1–100 characters. Absent: the host of the return URL. */
        Optional<String> name();

        /** A PNG, JPEG, WebP or SVG file of at most 16 KiB, read at the start and served by the Gateway. */
        Optional<Path> logo();

        /** A logo for dark mode, with the rules of `logo`, which must be set too. Absent: `logo`. */
        Optional<Path> logoDark();

        /**
         * The colour of the button, as `#rrggbb`. Its text is black or white, whichever can be read better. Absent: a
         * dark blue.
         */
        Optional<String> accent();

        /**
         * Origins whose pages may frame the capture page, such as `https://app.example.com`; of the Gateway's own site,
         * since a browser keeps the page's cookie from others. Absent: nobody may.
         */
        Optional<List<String>> frameAncestors();
    }
}
