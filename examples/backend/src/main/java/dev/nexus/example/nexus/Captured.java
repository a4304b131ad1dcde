package dev.nexus.example.nexus;

import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.annotation.JsonNaming;

/** The answer of capture-credential. It has redirect_url, too, for who does not know where the browser goes next. */
@JsonNaming(SnakeCaseStrategy.class)
public record Captured(String connectionId, String status) {}
