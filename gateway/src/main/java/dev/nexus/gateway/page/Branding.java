package dev.nexus.gateway.page;

import dev.nexus.gateway.http.Origin;
import dev.nexus.gateway.page.Branding.Brand.Accent;
import io.quarkus.runtime.Startup;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The brand of each tenant. The Gateway refuses to start if a setting is invalid. The error names the setting and the
 * rule.
 */
@Startup
@ApplicationScoped
class Branding {

    private static final int MAX_LOGO = 16 * 1024;
    private static final int MAX_NAME = 100;

    private final PageAssets assets;
    private final Map<String, Brand> brands = new HashMap<>();
    private final Brand plain;
    private final String script;
    private final String icon;

    Branding(BrandingConfig config, PageAssets assets) {
        this.assets = assets;
        this.script = assets.addText(PageAssets.compacted("page.js"), "js", "text/javascript");
        this.icon = assets.addText(PageAssets.resource("icon.svg"), "svg", "image/svg+xml");
        this.plain = brand(Optional.empty(), "", "", Accent.DEFAULT, List.of());
        config.tenants().forEach((tenant, settings) -> brands.put(tenant, brand(tenant, settings)));
    }

    /** Returns the tenant's brand, or the plain one if the tenant has none. */
    Brand of(String tenant) {
        return brands.getOrDefault(tenant, plain);
    }

    /** The brand of a page without a tenant. */
    Brand plain() {
        return plain;
    }

    private Brand brand(String tenant, BrandingConfig.Tenant settings) {
        String at = "nexus.gateway.branding.\"" + tenant + "\".";
        if (settings.logoDark().isPresent() && settings.logo().isEmpty()) {
            throw new IllegalStateException(at + "logo-dark requires " + at + "logo. Set both");
        }
        return brand(
                settings.name().map(name -> name(at + "name", name)),
                settings.logo().map(file -> logo(at + "logo", file)).orElse(""),
                settings.logoDark().map(file -> logo(at + "logo-dark", file)).orElse(""),
                settings.accent().map(colour -> accent(at + "accent", colour)).orElse(Accent.DEFAULT),
                settings.frameAncestors().orElse(List.of()).stream()
                        .map(origin -> frameAncestor(at + "frame-ancestors", origin))
                        .toList());
    }

    private Brand brand(
            Optional<String> name, String logo, String logoDark, Accent accent, List<String> frameAncestors) {
        return new Brand(
                name, logo, logoDark, logo.isEmpty() ? icon : logo, styleSheet(accent), script, frameAncestors);
    }

    private static String name(String setting, String name) {
        if (name.isBlank() || !PlainText.of(name, MAX_NAME).equals(name)) {
            throw new IllegalStateException(setting + " must be 1–100 characters, without control characters");
        }
        return name;
    }

    private static Accent accent(String setting, String colour) {
        try {
            return new Accent(colour);
        } catch (IllegalArgumentException refused) {
            throw new IllegalStateException(setting + " " + refused.getMessage(), refused);
        }
    }

    private static String frameAncestor(String setting, String text) {
        Origin origin = Origin.parse(text)
                .filter(known -> known.scheme().equals("https") || known.isLoopback())
                .orElseThrow(() -> new IllegalStateException(
                        setting + " must be https origins without a path, such as https://app.example.com"));
        return PageHeaders.source(origin);
    }

    private String logo(String setting, Path file) {
        try {
            byte[] content = Files.readAllBytes(file);
            String ending = content.length <= MAX_LOGO ? ending(content) : "";
            if (ending.isEmpty()) {
                throw new IllegalStateException(setting + " must name a PNG, JPEG, WebP or SVG file of at most 16 KiB");
            }
            return assets.add(content, ending, ending.equals("svg") ? "image/svg+xml" : "image/" + ending);
        } catch (IOException failure) {
            throw new IllegalStateException(
                    setting + " names a file that cannot be read: "
                            + failure.getClass().getSimpleName(),
                    failure);
        }
    }

    /** Determines the type from the first bytes. Empty for a file that is not PNG, JPEG, WebP or SVG. */
    private static String ending(byte[] content) {
        String head = new String(content, 0, Math.min(content.length, 256), StandardCharsets.ISO_8859_1);
        if (head.startsWith("\u0089PNG\r\n")) {
            return "png";
        }
        if (head.startsWith("\u00ff\u00d8\u00ff")) {
            return "jpeg";
        }
        if (head.startsWith("RIFF") && head.startsWith("WEBP", 8)) {
            return "webp";
        }
        return head.contains("<svg") ? "svg" : "";
    }

    private String styleSheet(Accent accent) {
        return assets.addText(
                PageAssets.compacted("page.css") + ":root{--accent:" + accent.colour() + ";--on-accent:"
                        + accent.textColour() + "}\n",
                "css",
                "text/css");
    }

    /**
     * The branding of a tenant's pages. Files are URL paths.
     *
     * @param name the tenant's name for its application
     * @param logo empty for none
     * @param logoDark the logo in dark mode; empty if it is the same
     * @param icon the logo, or an icon of Nexus
     * @param styleSheet the style sheet, which contains the accent
     * @param frameAncestors origins as Content-Security-Policy writes them; empty for none
     */
    record Brand(
            Optional<String> name,
            String logo,
            String logoDark,
            String icon,
            String styleSheet,
            String script,
            List<String> frameAncestors) {

        private static final int MAX_HOST = 253;

        /**
         * Returns the application's name on the pages: the brand's name, otherwise the host of the return URL,
         * otherwise empty.
         */
        String application(Optional<Origin> back) {
            return name.orElseGet(() -> host(back));
        }

        /** Returns the host of the return URL. Empty without a return URL. */
        static String host(Optional<Origin> back) {
            return back.map(origin -> PlainText.of(origin.host(), MAX_HOST)).orElse("");
        }

        /**
         * A colour and the colour of the text on it. The text is black or white, the one with more contrast. The
         * contrast is at least 4.58 on any colour. WCAG 2.2 requires 4.5 at level AA.
         *
         * @param colour {@code #rrggbb}
         */
        record Accent(String colour) {

            private static final Pattern FORM = Pattern.compile("#[0-9a-fA-F]{6}");

            static final Accent DEFAULT = new Accent("#1d4ed8");

            Accent {
                if (!FORM.matcher(colour).matches()) {
                    throw new IllegalArgumentException("must be a colour as #rrggbb");
                }
            }

            /** {@code #000000} or {@code #ffffff}. */
            String textColour() {
                double luminance = luminance();
                return (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) ? "#000000" : "#ffffff";
            }

            /** The contrast by WCAG 2.2, 1–21. */
            double contrast() {
                double luminance = luminance();
                return Math.max((luminance + 0.05) / 0.05, 1.05 / (luminance + 0.05));
            }

            private double luminance() {
                return 0.2126 * linear(1) + 0.7152 * linear(3) + 0.0722 * linear(5);
            }

            private double linear(int at) {
                double channel = Integer.parseInt(colour.substring(at, at + 2), 16) / 255.0;
                return channel <= 0.04045 ? channel / 12.92 : Math.pow((channel + 0.055) / 1.055, 2.4);
            }
        }
    }
}
