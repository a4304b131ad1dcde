package dev.nexus.gateway.broker;

import dev.nexus.contracts.AuditApi;
import dev.nexus.contracts.CaptureApi;
import dev.nexus.contracts.ConnectionApi;
import dev.nexus.contracts.InternalApi;
import dev.nexus.contracts.ProviderApi;
import dev.nexus.contracts.TokenApi;
import dev.nexus.contracts.WebhookApi;
import jakarta.ws.rs.Path;

/**
 * The REST client's routes: the routes of every feature of {@link InternalApi}. One interface combines them, because
 * Quarkus creates a connection pool for each client.
 */
@Path(InternalApi.ROOT)
public interface BrokerRoutes extends ConnectionApi, CaptureApi, TokenApi, ProviderApi, WebhookApi, AuditApi {}
