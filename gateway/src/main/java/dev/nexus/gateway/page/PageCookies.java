package dev.nexus.gateway.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.Origin;
import dev.nexus.gateway.http.PageState;
import dev.nexus.gateway.http.PublicPath;
import io.vertx.core.http.Cookie;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.inject.Inject;
import jakarta.ws.rs.core.NewCookie;
import java.io.IOException;
import java.net.URI;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * The two cookies of the page of one connection. One holds the state, so that it is not in the address bar. The other
 * holds a {@link FormProblem} until the page shows it, after the redirect that follows a form. The problem is in a
 * cookie because the Gateway's replicas share no store. This second cookie is encrypted with AES-GCM. Its key is
 * derived from the state, so that no site without the state can forge the cookie.
 *
 * <p>Both cookies have the path of the page, so that the pages of two connections do not share them. They are
 * HttpOnly, and Secure except on http loopback. They are SameSite=Lax, because the user comes from a link on the
 * application's site.
 */
@ApplicationScoped
class PageCookies implements PageState {

    private static final String STATE = "nexus-state";
    private static final String PROBLEM = "nexus-form";

    /** The lifetime of a problem in seconds. Short, because the redirect follows immediately. */
    private static final int PROBLEM_SECONDS = 60;

    /**
     * The maximum length of the value. Browsers are only required to store cookies of up to 4,096 bytes with their name
     * and attributes (RFC 6265, 6.1).
     */
    private static final int MAX_PROBLEM = 3_000;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] KEY_LABEL = "nexus capture page form 1".getBytes(UTF_8);

    private final ObjectMapper json;
    private final SecureRandom random = new SecureRandom();
    private final boolean secure;
    private final String basePath;

    @Inject
    PageCookies(GatewayConfig config, ObjectMapper json) {
        this(json, !isHttpLoopback(config.publicUrl()), PublicPath.of(config));
    }

    PageCookies(ObjectMapper json, boolean secure, String basePath) {
        this.json = json;
        this.secure = secure;
        this.basePath = basePath;
    }

    private static boolean isHttpLoopback(URI url) {
        return "http".equalsIgnoreCase(url.getScheme())
                && Origin.of(url).filter(Origin::isLoopback).isPresent();
    }

    /** The path of the page of {@code connection}, as browsers see it. */
    String path(UUID connection) {
        return basePath + "/auth/capture/" + connection;
    }

    @Override
    public Optional<String> in(HttpServerRequest request) {
        return read(request, STATE);
    }

    /** Creates the cookie that holds {@code state} for {@code seconds}, for the page of {@code connection}. */
    NewCookie state(String state, UUID connection, int seconds) {
        return cookie(STATE, state, connection, seconds);
    }

    /**
     * The reason for showing a submitted form again.
     *
     * @param code invalid_credentials, credentials_rejected, verification_unavailable or unavailable
     * @param details the rules that were violated; never a value
     * @param kept the values that are not secret; empty if the form is shown in its initial state
     */
    record FormProblem(ErrorCode code, List<Detail> details, Optional<SubmittedForm> kept) {}

    /**
     * The content of the cookie.
     *
     * @param rules pairs of a pointer and a rule
     * @param kept by the ids of the fields; null for none
     */
    private record Content(
            @JsonProperty("c") ErrorCode code,
            @JsonProperty("r") List<List<String>> rules,
            @JsonProperty("k") @Nullable Map<String, String> kept) {}

    /**
     * Creates the cookie that holds a problem for {@code state}. If it would be too long, omits the values, and then
     * the rules.
     *
     * @param kept by the ids of the fields; null for none
     */
    NewCookie problem(
            ErrorCode code, List<Detail> details, @Nullable Map<String, String> kept, String state, UUID connection) {
        List<List<String>> rules = details.stream()
                .map(detail -> List.of(detail.pointer(), detail.rule()))
                .toList();
        String value = sealed(new Content(code, rules, kept), state);
        if (value.length() > MAX_PROBLEM) {
            value = sealed(new Content(code, rules, null), state);
        }
        if (value.length() > MAX_PROBLEM) {
            value = sealed(new Content(code, List.of(), null), state);
        }
        return cookie(PROBLEM, value, connection, PROBLEM_SECONDS);
    }

    /**
     * Returns the problem in the cookie of {@code request}. Empty without a cookie, or if the problem was not encrypted
     * for {@code state}.
     */
    Optional<FormProblem> problem(HttpServerRequest request, String state) {
        return read(request, PROBLEM).flatMap(value -> opened(value, state));
    }

    /** Creates the cookie that deletes a problem after it was shown. */
    NewCookie noProblem(UUID connection) {
        return cookie(PROBLEM, "", connection, 0);
    }

    private static FormProblem formProblem(Content content) {
        return new FormProblem(
                content.code(),
                content.rules().stream()
                        .map(rule -> new Detail(rule.get(0), rule.get(1), ""))
                        .toList(),
                Optional.ofNullable(content.kept()).map(SubmittedForm::of));
    }

    private String sealed(Content content, String state) {
        try {
            byte[] nonce = new byte[NONCE_BYTES];
            random.nextBytes(nonce);
            byte[] ciphertext = cipher(Cipher.ENCRYPT_MODE, state, nonce).doFinal(json.writeValueAsBytes(content));
            byte[] all = Arrays.copyOf(nonce, NONCE_BYTES + ciphertext.length);
            System.arraycopy(ciphertext, 0, all, NONCE_BYTES, ciphertext.length);
            return Base64.getUrlEncoder().withoutPadding().encodeToString(all);
        } catch (IOException | GeneralSecurityException impossible) {
            throw new IllegalStateException("encryption of the cookie failed", impossible);
        }
    }

    Optional<FormProblem> opened(String value, String state) {
        try {
            byte[] all = Base64.getUrlDecoder().decode(value);
            if (all.length <= NONCE_BYTES) {
                return Optional.empty();
            }
            byte[] nonce = Arrays.copyOf(all, NONCE_BYTES);
            byte[] content =
                    cipher(Cipher.DECRYPT_MODE, state, nonce).doFinal(all, NONCE_BYTES, all.length - NONCE_BYTES);
            return Optional.of(formProblem(json.readValue(content, Content.class)));
        } catch (IllegalArgumentException | IOException | GeneralSecurityException foreign) {
            // The cookie belongs to another state or is forged. The page is shown without a problem.
            return Optional.empty();
        }
    }

    private static Cipher cipher(int mode, String state, byte[] nonce) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(state.getBytes(UTF_8), "HmacSHA256"));
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, new SecretKeySpec(mac.doFinal(KEY_LABEL), "AES"), new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }

    /** The value of the cookie {@code name} in {@code request}. Empty without the cookie. */
    private Optional<String> read(HttpServerRequest request, String name) {
        return Optional.ofNullable(request.getCookie(full(name)))
                .map(Cookie::getValue)
                .filter(value -> !value.isEmpty());
    }

    /**
     * Creates a cookie that holds {@code value} for {@code seconds}, for the page of {@code connection}. 0 deletes the
     * cookie.
     */
    private NewCookie cookie(String name, String value, UUID connection, int seconds) {
        return new NewCookie.Builder(full(name))
                .value(value)
                .path(path(connection))
                .maxAge(seconds)
                .secure(secure)
                .httpOnly(true)
                .sameSite(NewCookie.SameSite.LAX)
                .build();
    }

    /** Adds the prefix that browsers accept only from a secure origin. */
    private String full(String name) {
        return (secure ? "__Secure-" : "") + name;
    }
}
