package dev.nexus.broker.provider;

import dev.nexus.broker.provider.definition.ProviderDefinition;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A provider of the registry. What a connection keeps of it is in its {@link ProviderVersion}. */
@Entity
@Table(name = "provider")
class Provider {

    @Id
    private UUID id;

    /** Null for a global provider. */
    @Column(columnDefinition = "text", updatable = false)
    private @Nullable String tenant;

    @Column(columnDefinition = "text")
    private String slug;

    @Column(columnDefinition = "text")
    private String name;

    @Column(name = "auth_type", columnDefinition = "text")
    private String authType;

    @Column(name = "schema_version")
    private int schemaVersion;

    /** Null where an administrator made it. */
    @Column(name = "catalogue_revision")
    private @Nullable Integer catalogueRevision;

    @Column(name = "base_url", columnDefinition = "text")
    private @Nullable String baseUrl;

    @Column(name = "documentation_url", columnDefinition = "text")
    private @Nullable String documentationUrl;

    @Column(columnDefinition = "text")
    private @Nullable String page;

    @Column(name = "updated_at")
    private Instant updatedAt;

    @Column(name = "deleted_at")
    private @Nullable Instant deletedAt;

    /** 1 or more, as the table requires: Hibernate begins a version of its own choice at 0. */
    @Version
    private int edition = 1;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    Provider() {}

    /** A new provider, at version 1 of its schema. */
    Provider(
            UUID id,
            @Nullable String tenant,
            String slug,
            @Nullable Integer catalogueRevision,
            ProviderDefinition definition) {
        this.id = id;
        this.tenant = tenant;
        this.slug = slug;
        this.catalogueRevision = catalogueRevision;
        this.schemaVersion = 1;
        this.updatedAt = Instant.now();
        this.name = definition.name();
        this.authType = definition.authType();
        this.baseUrl = definition.baseUrl();
        this.documentationUrl = definition.documentationUrl();
        this.page = definition.page();
    }
}
