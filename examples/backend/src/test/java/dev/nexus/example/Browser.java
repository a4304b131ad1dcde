package dev.nexus.example;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.Map;
import java.util.Objects;
import org.eclipse.microprofile.config.ConfigProvider;
import org.jsoup.Connection;
import org.jsoup.Connection.Method;
import org.jsoup.Jsoup;
import org.jsoup.nodes.Document;
import org.jsoup.nodes.FormElement;
import org.jspecify.annotations.Nullable;

/** A browser without JavaScript. It stores cookies and submits forms. It follows a redirect only in {@link #follow}. */
final class Browser {

    private static final String PUBLIC_URL = "http://localhost:8090";

    private final Connection session = Jsoup.newSession()
            .ignoreHttpErrors(true)
            .ignoreContentType(true)
            .followRedirects(false)
            .timeout(15_000);

    /** An HTTP response. */
    record Page(Connection.Response response) {

        int status() {
            return response.statusCode();
        }

        String text() {
            return document().body().text();
        }

        Document document() {
            try {
                return response.parse();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        /** Returns the Location header. Fails if the status is not 303. */
        String location() {
            assertThat(status()).as(response.body()).isEqualTo(303);
            return Objects.requireNonNull(response.header("Location"));
        }

        /** Returns the first form that matches the CSS selector. Fails if no form matches. */
        FormElement form(String selector) {
            return document().expectForm(selector);
        }
    }

    static Browser signedInAs(String user) {
        Browser browser = new Browser();
        browser.submit(browser.open("/").form("form.choices"), "user", user);
        return browser;
    }

    static String address(String path) {
        return "http://localhost:" + ConfigProvider.getConfig().getValue("quarkus.http.test-port", Integer.class)
                + path;
    }

    Page open(String path) {
        return execute(session.newRequest(address(path)));
    }

    /** Opens a page with this value of the session cookie. */
    Page openWithSession(String path, String sessionCookie) {
        return execute(session.newRequest(address(path)).cookie("example-session", sessionCookie));
    }

    /** Follows a redirect to the public URL, at the port of the test. */
    Page follow(Page page) {
        String location = page.location();
        assertThat(location).startsWith(PUBLIC_URL + "/");
        URI to = URI.create(location);
        return open(to.getRawPath() + (to.getRawQuery() == null ? "" : "?" + to.getRawQuery()));
    }

    /** Submits a form with one field or button set to {@code value}. */
    Page submit(FormElement form, String name, String value) {
        return submit(form, Map.of(name, value));
    }

    /** Submits a form. {@code typed} replaces the values of these fields. */
    Page submit(FormElement form, Map<String, String> typed) {
        Connection request = session.newRequest(form.absUrl("action")).method(Method.POST);
        form.formData().stream()
                .filter(field -> !typed.containsKey(field.key()))
                .forEach(field -> request.data(field.key(), field.value()));
        typed.forEach(request::data);
        return execute(request);
    }

    /** Sends a POST that no form of the application produced, such as a forged request. */
    Page post(String path, Map<String, String> fields, @Nullable String csrfCookie) {
        Connection request =
                session.newRequest(address(path)).method(Method.POST).data(fields);
        if (csrfCookie != null) {
            request.cookie("example-csrf", csrfCookie);
        }
        return execute(request);
    }

    private static Page execute(Connection request) {
        try {
            Page page = new Page(request.execute());
            page.response().readFully();
            return page;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
