package dev.nexus.gateway.page;

import io.quarkus.qute.i18n.Localized;
import io.quarkus.qute.i18n.MessageBundles;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The language of the page: the first that the browser would have and the page speaks, else English. */
final class PageLanguage {

    /** The longest Accept-Language that is looked at. */
    private static final int MAX_LENGTH = 1_000;

    static final List<Locale> SPOKEN = List.of(
            Locale.ENGLISH,
            Locale.GERMAN,
            Locale.FRENCH,
            Locale.forLanguageTag("es"),
            Locale.forLanguageTag("pt-BR"),
            Locale.forLanguageTag("pt-PT"));

    /** Portuguese without a region, or of one that has no file. */
    private static final Locale PORTUGUESE = Locale.forLanguageTag("pt");

    private static final List<Locale> KNOWN =
            Stream.concat(SPOKEN.stream(), Stream.of(PORTUGUESE)).toList();

    private PageLanguage() {}

    static Locale of(RoutingContext request) {
        return of(String.valueOf(request.request().getHeader(HttpHeaders.ACCEPT_LANGUAGE)));
    }

    /** By RFC 4647's lookup over Accept-Language. */
    static Locale of(String acceptLanguage) {
        if (acceptLanguage.length() > MAX_LENGTH) {
            return Locale.ENGLISH;
        }
        try {
            Locale found = Locale.lookup(Locale.LanguageRange.parse(acceptLanguage), KNOWN);
            if (PORTUGUESE.equals(found)) {
                // As CLDR has it: pt is pt-BR.
                return Locale.forLanguageTag("pt-BR");
            }
            return found == null ? Locale.ENGLISH : found;
        } catch (IllegalArgumentException malformed) {
            return Locale.ENGLISH;
        }
    }

    static PageText text(Locale locale) {
        return locale.equals(Locale.ENGLISH)
                ? MessageBundles.get(PageText.class)
                : MessageBundles.get(PageText.class, Localized.Literal.of(locale.toLanguageTag()));
    }
}
