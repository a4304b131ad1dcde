package dev.nexus.example.nexus;

import java.util.List;
import java.util.Objects;

/** The providers that this application's tenant may use. */
public record ProviderList(List<Provider> providers) {

    public ProviderList {
        Objects.requireNonNull(providers);
    }
}
