package dev.nexus.example.nexus;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/**
 * The response of capture-credential. Its redirect_url is not used here, because Harbour builds the callback itself.
 */
@JsonNaming(SnakeCaseStrategy.class)
public record Captured(String connectionId, String status) {}
