package dev.nexus.example.connections;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.nexus.bridge.Bridge;
import dev.nexus.bridge.BridgeException;
import dev.nexus.bridge.ForbiddenHostException;
import dev.nexus.bridge.GatewayException;
import dev.nexus.example.ExampleConfig.ProviderRequest;
import dev.nexus.example.page.Notice;
import dev.nexus.strategy.InapplicableCredentialException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.jboss.logging.Logger;

/**
 * A request to the provider with the user's credential. The Bridge fetches the credential, puts it in and sends the
 * request; this application never sees it.
 */
@ApplicationScoped
public class UseConnection {

    private static final Logger LOG = Logger.getLogger(UseConnection.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int MOST_BYTES = 256 * 1024;
    private static final int MOST_SHOWN = 100;

    private final Bridge bridge;

    UseConnection(Bridge bridge) {
        this.bridge = bridge;
    }

    /** Asks, and says what came: the status and the one member that is shown. */
    Notice ask(String connectionId, String provider, ProviderRequest question) {
        HttpRequest request = HttpRequest.newBuilder(question.url())
                .header("Accept", "application/json")
                .timeout(PATIENCE)
                .build();
        try {
            HttpResponse<InputStream> answer =
                    bridge.connection(connectionId).send(request, BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                return told(provider, answer.statusCode(), shown(body.readNBytes(MOST_BYTES), question));
            }
        } catch (GatewayException failure) {
            return noCredential(failure);
        } catch (ForbiddenHostException elsewhere) {
            return Notice.bad(
                    "Not sent", "The credential is not for the host that example.requests names. Nothing was sent.");
        } catch (InapplicableCredentialException unfit) {
            return Notice.bad("Not sent", "The credential does not fit into a request. Rotate it.");
        } catch (BridgeException failure) {
            LOG.warnf("The Bridge could not send: %s", failure.getMessage());
            return Notice.bad("Not sent", "The Bridge could not make the request. The log says why.");
        } catch (IOException unreachable) {
            LOG.warnf(
                    "%s could not be reached: %s",
                    question.url().getHost(), unreachable.getClass().getName());
            return Notice.bad(provider + " gave no answer", "It cannot be reached from here at the moment.");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Notice.bad("Stopped", "The application is ending.");
        }
    }

    private static Notice told(String provider, int status, String shown) {
        if (status >= 200 && status < 300) {
            return Notice.good(
                    provider + " answered " + status,
                    shown.isEmpty() ? "It takes the credential." : "You are " + shown);
        }
        return switch (status) {
            case 401 ->
                Notice.bad(
                        provider + " answered 401",
                        "It does not take the credential any more. Rotate it: connect anew.");
            case 403 ->
                Notice.bad(provider + " answered 403", "It knows the credential, but the credential may not do this.");
            case 429 -> Notice.bad(provider + " answered 429", "Too many requests. Try again in a while.");
            default ->
                Notice.bad(provider + " answered " + status, "That is the provider's trouble, or the request's.");
        };
    }

    private static Notice noCredential(GatewayException failure) {
        return switch (failure.code()) {
            case "connection_not_active" ->
                Notice.bad(
                        "This connection is over",
                        "It was disconnected, or replaced a while ago. Connect the account again.");
            case "unauthorized", "forbidden" ->
                Notice.bad("No credential", "The API key of this application needs the scope tokens:read.");
            default -> Notice.bad("No credential", "Nexus does not hand it out at the moment. Try again soon.");
        };
    }

    /** One member of a JSON answer, cut to a line. */
    private static String shown(byte[] body, ProviderRequest question) {
        if (question.shows().isEmpty()) {
            return "";
        }
        try {
            String text = JSON.readTree(body).path(question.shows().get()).asText("");
            return text.length() <= MOST_SHOWN ? text : text.substring(0, MOST_SHOWN) + "…";
        } catch (JsonProcessingException notJson) {
            return "";
        } catch (IOException impossible) {
            throw new IllegalStateException("bytes in memory cannot fail to be read", impossible);
        }
    }
}
