package dev.nexus.example.nexus;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of every error response of the Gateway. */
record GatewayError(
        @Nullable String error,
        @Nullable String message,
        @Nullable List<NexusFailure.Detail> details) {}
