package dev.nexus.example.nexus;

/** A provider, as far as this application needs it. */
public record Provider(String id, String slug, String name) {}
