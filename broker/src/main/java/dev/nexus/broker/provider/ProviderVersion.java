package dev.nexus.broker.provider;

import dev.nexus.broker.provider.definition.ProviderDefinition;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.IdClass;
import jakarta.persistence.Table;
import java.util.UUID;
import org.hibernate.annotations.Immutable;
import org.jspecify.annotations.Nullable;

/**
 * The parts of a provider that its connections use. A version never changes, and is deleted only with its tenant. JSON
 * is stored as text, so that PostgreSQL does not change it.
 */
@Entity
@IdClass(ProviderVersion.Key.class)
@Immutable
@Table(name = "provider_version")
class ProviderVersion {

    record Key(UUID providerId, int version) {}

    @Id
    @Column(name = "provider_id")
    private UUID providerId;

    /** 1 or more. */
    @Id
    private int version;

    @Column(name = "credential_schema", columnDefinition = "text")
    private String credentialSchema;

    @Column(columnDefinition = "text")
    private String strategy;

    @Column(name = "allowed_hosts", columnDefinition = "text")
    private @Nullable String allowedHosts;

    @Column(name = "base_url", columnDefinition = "text")
    private @Nullable String baseUrl;

    @Column(columnDefinition = "text")
    private @Nullable String verification;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    ProviderVersion() {}

    ProviderVersion(UUID providerId, int version, ProviderDefinition definition) {
        this.providerId = providerId;
        this.version = version;
        this.credentialSchema = definition.credentialSchema();
        this.strategy = definition.strategy();
        this.allowedHosts = definition.allowedHosts();
        this.baseUrl = definition.baseUrl();
        this.verification = definition.verification();
    }

    /** Returns the definition of this version. The parameters are the parts that the provider's row stores. */
    ProviderDefinition definition(
            String name, String authType, @Nullable String documentationUrl, @Nullable String page) {
        return new ProviderDefinition(
                name,
                authType,
                credentialSchema,
                strategy,
                allowedHosts,
                baseUrl,
                documentationUrl,
                verification,
                page);
    }
}
