package dev.nexus.strategy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.nexus.strategy.AwsSigV4Strategy.Region;
import dev.nexus.testsupport.RealPython;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Compares the signatures of generated requests with those of botocore, AWS's own signer in Python. */
class AwsSignatureTest {

    private static final int CASES = 300;
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> METHODS = List.of("GET", "PUT", "POST", "DELETE", "HEAD", "PATCH");
    private static final List<String> SERVICES = List.of("sts", "s3", "execute-api", "es", "iam", "dynamodb");
    private static final List<String> REGIONS = List.of("us-east-1", "eu-central-1", "ap-southeast-2");
    private static final List<String> SEGMENTS = List.of(
            "a",
            "B-c_d.e~f",
            "%20",
            "x%2Fy",
            "%C3%A9t%C3%A9",
            "a+b",
            "a=b",
            "@",
            "a:b",
            "(x)",
            "$&",
            "v1",
            "%E2%82%AC",
            "!*'");
    private static final List<String> PAIRS = List.of(
            "a=1",
            "a=2",
            "A=3",
            "b=",
            "c=%20",
            "d=%2B",
            "d=a+b",
            "e=x%2Fy",
            "f=%C3%A9",
            "g=~-_.",
            "h=%3D%26",
            "Action=List",
            "%C3%A9=1",
            "z=0",
            "a%20b=c",
            "i=%FF%80",
            "%C3=x");

    private static final List<String> ENDS = List.of("/", "/x", "/..", "/.", "/../");

    private static final List<String> HEADERS = List.of(
            "X-Own: value", "Content-Type: application/json", "X-Amz-Target: A.B", "Accept: */*", "X-Own-2: a b");

    private final Random random = new Random(20261124);

    private String any(List<String> values) {
        return values.get(random.nextInt(values.size()));
    }

    @Test
    void signatures_equal_those_of_botocore() throws Exception {
        RealPython python = RealPython.having("botocore");
        ArrayNode cases = JSON.createArrayNode();
        List<String> ours = new ArrayList<>();

        for (int i = 0; i < CASES; i++) {
            ObjectNode signed = JSON.createObjectNode();
            ours.add(signed(signed));
            cases.add(signed);
        }
        JsonNode expected = python.run("sign_requests.py", cases);

        for (int i = 0; i < CASES; i++) {
            assertThat(ours.get(i))
                    .as(cases.get(i).path("method").asText() + " "
                            + cases.get(i).path("url").asText() + " of "
                            + cases.get(i).path("service").asText())
                    .isEqualTo(expected.get(i).textValue());
        }
        System.out.println(CASES + " signatures agree with botocore");
    }

    @Test
    void spaces_around_the_keys_are_ignored() {
        Strategy strategy = new AwsSigV4Strategy(
                "sts", new AwsSigV4Strategy.Region("us-east-1", false), "access_key", "secret_key", "session_token");
        OutgoingRequest request = OutgoingRequest.of("GET", URI.create("https://sts.amazonaws.com/"));
        ObjectNode keys = JSON.createObjectNode().put("access_key", "AKID").put("secret_key", "secret");
        ObjectNode spaced = JSON.createObjectNode().put("access_key", " AKID ").put("secret_key", "secret\n");

        OutgoingRequest sent = StrategyApplier.apply(strategy, Credential.of(spaced), request, Instant.EPOCH);

        assertThat(sent.headers())
                .isEqualTo(StrategyApplier.apply(strategy, Credential.of(keys), request, Instant.EPOCH)
                        .headers());
    }

    /**
     * Signs a generated request. Adds the input of botocore to {@code inputs}, and returns the Authorization header.
     */
    private String signed(ObjectNode inputs) {
        String service = any(SERVICES);
        String region = any(REGIONS);
        OutgoingRequest request = OutgoingRequest.of(any(METHODS), URI.create(url(service, region)));
        for (int i = random.nextInt(4); i > 0; i--) {
            String[] header = any(HEADERS).split(": ", 2);
            request = request.withHeader(header[0], header[1]);
        }
        if (random.nextBoolean()) {
            request = request.withBody("{\"é\": %d}".formatted(random.nextInt()).getBytes(UTF_8));
        }
        ObjectNode credential = JSON.createObjectNode()
                .put("access_key", "AKIDEXAMPLE" + random.nextInt(10))
                .put("secret_key", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY");
        if (random.nextInt(3) == 0) {
            credential.put("session_token", "token/+==" + random.nextInt(100));
        }
        boolean inCredential = random.nextBoolean();
        if (inCredential) {
            credential.put("region", region);
        }
        Instant now = Instant.ofEpochSecond(1_700_000_000L + random.nextInt(100_000_000));

        OutgoingRequest sent = StrategyApplier.apply(
                new AwsSigV4Strategy(
                        service,
                        inCredential ? new Region("region", true) : new Region(region, false),
                        "access_key",
                        "secret_key",
                        "session_token"),
                Credential.of(credential),
                request,
                now);

        inputs.setAll(credential);
        inputs.put("service", service).put("region", region).put("method", sent.method());
        inputs.put("url", sent.uri().toString()).put("body", Base64.getEncoder().encodeToString(sent.body()));
        ObjectNode headers = inputs.putObject("headers");
        for (HttpField header : sent.headers()) {
            if (!header.name().equals("Authorization")) {
                headers.put(header.name(), header.value());
            }
        }
        return sent.header("Authorization").orElseThrow();
    }

    private String url(String service, String region) {
        StringBuilder url = new StringBuilder("https://" + service + "." + region + ".amazonaws.com");
        for (int i = random.nextInt(4); i > 0; i--) {
            url.append('/').append(any(SEGMENTS));
        }
        url.append(any(ENDS));
        char next = '?';
        for (int i = random.nextInt(5); i > 0; i--) {
            url.append(next).append(any(PAIRS));
            next = '&';
        }
        return url.toString();
    }
}
