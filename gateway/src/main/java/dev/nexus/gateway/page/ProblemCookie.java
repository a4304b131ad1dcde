package dev.nexus.gateway.page;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.contracts.ErrorBody.Detail;
import dev.nexus.contracts.ErrorCode;
import io.vertx.core.http.HttpServerRequest;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.NewCookie;
import java.io.IOException;
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
 * Carries a {@link FormProblem} over the redirect that follows a form, in the browser: the Gateway's replicas share no
 * store. The content is sealed with AES-GCM under a key derived from the state, which only this browser holds, so that no
 * other page can plant one.
 */
@ApplicationScoped
class ProblemCookie {

    private static final String NAME = "nexus-form";

    /** The redirect follows at once. */
    private static final int SECONDS = 60;

    /** Browsers keep at most 4,096 bytes of a cookie, and the server's limit is for all headers. */
    private static final int MAX_LENGTH = 3_000;

    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final byte[] KEY_LABEL = "nexus capture page form 1".getBytes(UTF_8);

    private final PageCookies cookies;
    private final ObjectMapper json;
    private final SecureRandom random = new SecureRandom();

    ProblemCookie(PageCookies cookies, ObjectMapper json) {
        this.cookies = cookies;
        this.json = json;
    }

    /**
     * Why a form that was sent is shown again.
     *
     * @param code invalid_credentials, credentials_rejected, verification_unavailable or unavailable
     * @param details the rules that were violated; never a value
     * @param kept the values that are no secret; empty if the form is shown as it was at first
     */
    record FormProblem(ErrorCode code, List<Detail> details, Optional<SubmittedForm> kept) {}

    /**
     * What is carried.
     *
     * @param rules pairs of a pointer and a rule
     * @param kept by the ids of the fields; null for none
     */
    private record Content(
            @JsonProperty("c") ErrorCode code,
            @JsonProperty("r") List<List<String>> rules,
            @JsonProperty("k") @Nullable Map<String, String> kept) {}

    /** Holds a problem; without the values, then without the rules, if it would be too long. */
    NewCookie holding(
            ErrorCode code, List<Detail> details, @Nullable Map<String, String> kept, String state, UUID connection) {
        List<List<String>> rules = details.stream()
                .map(detail -> List.of(detail.pointer(), detail.rule()))
                .toList();
        String value = sealed(new Content(code, rules, kept), state);
        if (value.length() > MAX_LENGTH) {
            value = sealed(new Content(code, rules, null), state);
        }
        if (value.length() > MAX_LENGTH) {
            value = sealed(new Content(code, List.of(), null), state);
        }
        return cookies.cookie(NAME, value, connection, SECONDS);
    }

    /** The problem that {@code request} carries; empty if there is none, or if it was not sealed for {@code state}. */
    Optional<FormProblem> in(HttpServerRequest request, String state) {
        return cookies.read(request, NAME).flatMap(value -> opened(value, state));
    }

    /** Deletes the problem once it was shown. */
    NewCookie cleared(UUID connection) {
        return cookies.cookie(NAME, "", connection, 0);
    }

    private static FormProblem problem(Content content) {
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
            throw new IllegalStateException("sealing in memory failed", impossible);
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
            return Optional.of(problem(json.readValue(content, Content.class)));
        } catch (IllegalArgumentException | IOException | GeneralSecurityException foreign) {
            // Of another state, or of nobody: the page is shown as it is without one.
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
}
