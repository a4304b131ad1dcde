package dev.nexus.e2e.flow;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import org.jsoup.Connection;
import org.jsoup.Connection.Method;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.FormElement;

/** A browser without JavaScript: keeps cookies, fills in forms, and follows a redirect only on request. */
final class PlainBrowser {

    private final String origin;
    private final Connection session = Jsoup.newSession()
            .ignoreHttpErrors(true)
            .ignoreContentType(true)
            .followRedirects(false)
            .timeout(30_000);

    PlainBrowser(String origin) {
        this.origin = origin;
    }

    /** A received page. */
    record Page(Connection.Response response) {

        int status() {
            return response.statusCode();
        }

        Document document() {
            try {
                return response.parse();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        String text(String selector) {
            return document().expectFirst(selector).text();
        }

        FormElement form(String selector) {
            return document().expectForm(selector);
        }

        /** Returns the target of the redirect. */
        String location() {
            assertThat(status()).as(response.body()).isEqualTo(303);
            return Objects.requireNonNull(response.header("Location"));
        }
    }

    Page open(String path) {
        return execute(session.newRequest(origin + path));
    }

    Page follow(Page page) {
        assertThat(page.location()).startsWith(origin + "/");
        return execute(session.newRequest(page.location()));
    }

    /** Sends a form. The values in {@code typed} replace the values of its fields, or are added to them. */
    Page submit(FormElement form, Map<String, String> typed) {
        Connection request = session.newRequest(form.absUrl("action")).method(Method.POST);
        form.formData().stream()
                .filter(field -> !typed.containsKey(field.key()))
                .forEach(field -> request.data(field.key(), field.value()));
        typed.forEach(request::data);
        return execute(request);
    }

    private static Page execute(Connection request) {
        try {
            return new Page(request.execute().readFully());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
