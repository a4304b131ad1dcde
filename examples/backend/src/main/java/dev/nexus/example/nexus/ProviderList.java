package dev.nexus.example.nexus;

import java.util.List;

/** The providers that this application's tenant may use. */
public record ProviderList(List<Provider> providers) {}
