import com.fasterxml.jackson.core.JsonProcessingException;
import generated.ApiClient;
import generated.ApiException;
import generated.api.AuditApi;
import generated.api.ConnectionsApi;
import generated.api.ProvidersApi;
import generated.api.WebhookApi;
import generated.model.AuditEvent;
import generated.model.CaptureRequest;
import generated.model.Connection;
import generated.model.ListedProvider;
import generated.model.Provider;
import generated.model.Token;
import java.util.Arrays;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/** Calls the Gateway whose URL is the argument, and prints a line for each answer. */
public final class Client {

    private static final UUID ID = UUID.fromString("8f3a1c2d-5f1e-4c40-9d2b-3a5e6f708192");

    private Client() {}

    public static void main(String[] arguments) throws ApiException, JsonProcessingException {
        ApiClient client = new ApiClient();
        client.updateBaseUri(arguments[0]);
        client.setRequestInterceptor(request -> request.header("X-API-Key", "example"));
        ConnectionsApi connections = new ConnectionsApi(client);
        ProvidersApi providers = new ProvidersApi(client);

        CaptureRequest capture = new CaptureRequest().state("example").credentials(Map.of("api_key", "example"));
        print("captureCredential", connections.captureCredential(capture).getStatus());

        Connection connection = connections.checkConnection(ID);
        print("checkConnection", connection.getStatus(), connection.getVerification().getStatus());

        print("listConnections", connections
                .listConnections(null, null, null, null, "active", null)
                .getConnections()
                .get(0)
                .getStatus());

        Token token = connections.token(ID);
        print("token", token.getStrategy().getType(), token.getCredentials().get("api_key"));

        ListedProvider listed = providers.listProviders(null, null, null).getProviders().get(0);
        print("listProviders", listed.getAuthType(), listed.getScope());

        Provider provider = providers.provider("acme-crm");
        print("provider", provider.getStrategy().getType(), provider.getVerification().getWhenUnknown());

        print("webhook", new WebhookApi(client).webhook().getStatus());

        AuditEvent event = new AuditApi(client)
                .auditEvents(null, null, null, null, null, null, null)
                .getEvents()
                .get(0);
        print("auditEvents", event.getAction(), event.getOutcome());

        try {
            connections.revokeConnection(ID);
        } catch (ApiException refused) {
            generated.model.Error error = ApiClient.createDefaultObjectMapper()
                    .readValue(refused.getResponseBody(), generated.model.Error.class);
            print("revokeConnection", refused.getCode(), error.getError());
        }
    }

    private static void print(Object... values) {
        System.out.println(Arrays.stream(values).map(String::valueOf).collect(Collectors.joining(" ")));
    }
}
