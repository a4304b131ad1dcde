package dev.nexus.gateway.page;

import dev.nexus.gateway.http.Origin;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * How the pages of a tenant look. Files are given by the paths that browsers ask for.
 *
 * @param name the tenant's name for its application
 * @param logo empty for none
 * @param logoDark the logo in dark mode; empty for the same one
 * @param icon the logo, or one of ours
 * @param styleSheet with the accent in it
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

    /** What the pages call the application: its name, or the host of the return URL; empty if there is neither. */
    String application(Optional<Origin> back) {
        return name.orElseGet(() -> host(back));
    }

    /** The host of the return URL; empty if there is none. */
    static String host(Optional<Origin> back) {
        return back.map(origin -> PlainText.of(origin.host(), MAX_HOST)).orElse("");
    }

    /**
     * A colour and the colour of the text on it, black or white: the better of the two has a contrast of at least 4.58 on any
     * colour, which is more than WCAG 2.2 asks for at AA (4.5).
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

        /** 1–21, by WCAG 2.2. */
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
