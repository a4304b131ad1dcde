package dev.nexus.example.page;

/** A page that says one thing. */
public record MessageView(String title, String text) {}
