package dev.nexus.strategy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.testsupport.MissingTool;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares the signatures of generated requests with those of openssl. */
class HmacSignatureTest {

    private static final Instant NOW = Instant.parse("2026-11-24T10:20:30.456Z");

    private final Random random = new Random(42);

    private static String openssl(String algorithm, byte[] key, byte[] signed)
            throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        "openssl",
                        "dgst",
                        "-" + algorithm,
                        "-mac",
                        "HMAC",
                        "-macopt",
                        "hexkey:" + HexFormat.of().formatHex(key))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(signed);
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        assertThat(process.waitFor()).isZero();
        return output.substring(output.lastIndexOf(' ') + 1);
    }

    private static void requireOpenssl() throws InterruptedException {
        try {
            new ProcessBuilder("openssl", "version")
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .waitFor();
        } catch (IOException absent) {
            MissingTool.abort("there is no openssl on PATH");
        }
    }

    private static byte[] joined(Object... parts) {
        ByteArrayOutputStream joined = new ByteArrayOutputStream();
        for (Object part : parts) {
            joined.writeBytes(
                    part instanceof byte[] bytes ? bytes : part.toString().getBytes(UTF_8));
        }
        return joined.toByteArray();
    }

    @Test
    void signatures_equal_those_of_openssl() throws Exception {
        requireOpenssl();
        int cases = 0;
        for (String algorithm : new String[] {"sha256", "sha1", "sha512"}) {
            for (String encoding : new String[] {"hex", "base64"}) {
                for (String secretEncoding : new String[] {"text", "hex", "base64"}) {
                    for (String timestamp : new String[] {"unix", "unix_ms", "iso8601"}) {
                        compare(algorithm, encoding, secretEncoding, timestamp);
                        cases++;
                    }
                }
            }
        }
        System.out.println(cases + " signatures agree with openssl");
    }

    private void compare(String algorithm, String encoding, String secretEncoding, String timestamp)
            throws IOException, InterruptedException {
        byte[] body = new byte[random.nextInt(200)];
        random.nextBytes(body);
        byte[] key = ("kéy-" + random.nextLong()).getBytes(UTF_8);
        String secret = switch (secretEncoding) {
            case "hex" -> HexFormat.of().formatHex(key);
            case "base64" -> Base64.getEncoder().encodeToString(key);
            default -> new String(key, UTF_8);
        };
        ObjectNode credential = JsonNodeFactory.instance.objectNode();
        credential.put("api_secret", secret).put("api_key", "id");
        Strategy strategy = StrategyJson.parse("""
                {"type": "hmac_payload", "config": {"header_name": "X-Sign", "algo": "%s", "encoding": "%s",
                 "secret_encoding": "%s", "value_prefix": "v1=", "timestamp_header": "X-Time", "timestamp_format": "%s",
                 "canonical_template": "{{{method}}}\\n{path}|{query}|{path_and_query}|{host}|{timestamp}|{body_sha256}|{body}",
                 "additional_headers": [{"header_name": "X-Key", "credential_field": "api_key"}]}}
                """.formatted(algorithm, encoding, secretEncoding, timestamp));

        OutgoingRequest sent = StrategyApplier.apply(
                strategy,
                Credential.of(credential),
                OutgoingRequest.of("POST", URI.create("https://api.example.org/v1/x%20y?a=%2F&b=2"))
                        .withBody(body),
                NOW);

        String time = sent.header("X-Time").orElseThrow();
        byte[] signed = joined(
                "{POST}\n/v1/x%20y|a=%2F&b=2|/v1/x%20y?a=%2F&b=2|api.example.org|", time, "|", sha256(body), "|", body);
        byte[] signature = HexFormat.of().parseHex(openssl(algorithm, key, signed));
        assertThat(sent.header("X-Sign"))
                .hasValue("v1="
                        + (encoding.equals("hex")
                                ? HexFormat.of().formatHex(signature)
                                : Base64.getEncoder().encodeToString(signature)));
        assertThat(sent.header("X-Key")).hasValue("id");
        assertThat(time)
                .isEqualTo(
                        switch (timestamp) {
                            case "unix" -> "1795515630";
                            case "unix_ms" -> "1795515630456";
                            default -> "2026-11-24T10:20:30.456Z";
                        });
    }

    private static String sha256(byte[] body) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("openssl", "dgst", "-sha256").start();
        try (OutputStream in = process.getOutputStream()) {
            in.write(body);
        }
        String output = new String(process.getInputStream().readAllBytes(), UTF_8).strip();
        return output.substring(output.lastIndexOf(' ') + 1);
    }

    @Test
    void a_secret_with_a_wrong_encoding_is_refused_without_printing_it() {
        Strategy strategy = StrategyJson.parse(
                "{\"type\":\"hmac_payload\",\"config\":{\"header_name\":\"X\",\"secret_encoding\":\"hex\"}}");
        ObjectNode credential = JsonNodeFactory.instance.objectNode().put("api_secret", "canary");

        assertThatThrownBy(() -> StrategyApplier.apply(
                        strategy,
                        Credential.of(credential),
                        OutgoingRequest.of("GET", URI.create("https://a.example")),
                        NOW))
                .isInstanceOf(InapplicableCredentialException.class)
                .hasMessage("api_secret: must be encoded in hex");
    }
}
