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
 * Sends a request to the provider with the user's credential. The Bridge fetches the credential, adds it and sends the
 * request. The code of this application never has the credential.
 */
@ApplicationScoped
public class UseConnection {

    private static final Logger LOG = Logger.getLogger(UseConnection.class);
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int MAX_BYTES = 256 * 1024;
    private static final int MAX_SHOWN = 100;

    private final Bridge bridge;

    UseConnection(Bridge bridge) {
        this.bridge = bridge;
    }

    /** Sends the request. Returns the status and the configured member of the response. */
    Notice send(String connectionId, String provider, ProviderRequest configured) {
        HttpRequest request = HttpRequest.newBuilder(configured.url())
                .header("Accept", "application/json")
                .timeout(TIMEOUT)
                .build();
        try {
            HttpResponse<InputStream> answer =
                    bridge.connection(connectionId).send(request, BodyHandlers.ofInputStream());
            try (InputStream body = answer.body()) {
                return notice(provider, answer.statusCode(), shown(body.readNBytes(MAX_BYTES), configured));
            }
        } catch (GatewayException failure) {
            return noCredential(failure);
        } catch (ForbiddenHostException elsewhere) {
            return Notice.bad(
                    "Not sent", "The host in example.requests is not a host of the provider. Correct the setting.");
        } catch (InapplicableCredentialException unfit) {
            return Notice.bad("Not sent", "The credential cannot be added to a request. Rotate it.");
        } catch (BridgeException failure) {
            LOG.warnf("The Bridge cannot send the request: reason=\"%s\"", failure.getMessage());
            return Notice.bad("Not sent", "The Bridge cannot send the request. The log has the reason.");
        } catch (IOException unreachable) {
            LOG.warnf(
                    "Cannot reach the provider: host=%s error=%s",
                    configured.url().getHost(), unreachable.getClass().getName());
            return Notice.bad(provider + " did not respond", "It cannot be reached from Harbour at the moment.");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return Notice.bad("Stopped", "The application is shutting down.");
        }
    }

    private static Notice notice(String provider, int status, String shown) {
        if (status >= 200 && status < 300) {
            return Notice.good(
                    provider + " answered " + status,
                    shown.isEmpty() ? "It accepts the credential." : "You are " + shown);
        }
        return switch (status) {
            case 401 -> Notice.bad(provider + " answered 401", "It no longer accepts the credential. Rotate it.");
            case 403 ->
                Notice.bad(
                        provider + " answered 403",
                        "It accepts the credential, but the credential lacks a permission for this request.");
            case 429 -> Notice.bad(provider + " answered 429", "Too many requests. Try again later.");
            default ->
                Notice.bad(
                        provider + " answered " + status,
                        "The provider has a problem, or the URL in example.requests is wrong.");
        };
    }

    private static Notice noCredential(GatewayException failure) {
        return switch (failure.code()) {
            case "connection_not_active" ->
                Notice.bad(
                        "This connection is no longer active",
                        "It was disconnected or replaced. Connect the account again.");
            case "unauthorized", "forbidden" ->
                Notice.bad("No credential", "The API key of this application needs the scope tokens:read.");
            default ->
                Notice.bad("No credential", "Nexus cannot return the credential at the moment. Try again later.");
        };
    }

    /** Returns the configured member of a JSON response, at most 100 characters. */
    private static String shown(byte[] body, ProviderRequest configured) {
        if (configured.shows().isEmpty()) {
            return "";
        }
        try {
            String text = JSON.readTree(body).path(configured.shows().get()).asText("");
            return text.length() <= MAX_SHOWN ? text : text.substring(0, MAX_SHOWN) + "…";
        } catch (JsonProcessingException notJson) {
            return "";
        } catch (IOException impossible) {
            throw new IllegalStateException("Reading bytes in memory cannot fail", impossible);
        }
    }
}
