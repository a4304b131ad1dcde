package dev.nexus.example.page;

/** A page with one message. */
public record MessageView(String title, String text) {}
