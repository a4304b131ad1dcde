package dev.nexus.broker.provider;

import dev.nexus.broker.provider.definition.ProviderDefinition;
import jakarta.persistence.Column;
import jakarta.persistence.ColumnResult;
import jakarta.persistence.ConstructorResult;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.SqlResultSetMapping;
import jakarta.persistence.Table;
import jakarta.persistence.Version;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A provider of the registry. {@link ProviderVersion} has the parts that connections use. */
@Entity
@Table(name = "provider")
@SqlResultSetMapping(
        name = Provider.LISTED,
        classes =
                @ConstructorResult(
                        targetClass = ListedProvider.class,
                        columns = {
                            @ColumnResult(name = "id", type = UUID.class),
                            @ColumnResult(name = "global", type = Boolean.class),
                            @ColumnResult(name = "slug", type = String.class),
                            @ColumnResult(name = "name", type = String.class),
                            @ColumnResult(name = "auth_type", type = String.class),
                            @ColumnResult(name = "schema_version", type = Integer.class),
                            @ColumnResult(name = "strategy", type = String.class),
                            @ColumnResult(name = "allowed_hosts", type = String.class),
                            @ColumnResult(name = "base_url", type = String.class),
                            @ColumnResult(name = "documentation_url", type = String.class),
                            @ColumnResult(name = "verification", type = String.class),
                            @ColumnResult(name = "page", type = String.class),
                            @ColumnResult(name = "credential_schema", type = String.class)
                        }))
class Provider {

    /** Maps a row of a native query to a {@link ListedProvider}. */
    static final String LISTED = "listed_provider";

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

    /** The revision of the catalogue entry. Null if an administrator created the provider. */
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

    /** The table requires 1 or more. Hibernate's default would start at 0. */
    @Version
    private int edition = 1;

    /** For Hibernate. */
    @SuppressWarnings("NullAway.Init")
    Provider() {}

    /** A new provider at version 1 of its schema. */
    @SuppressWarnings("NullAway.Init") // define() sets the rest.
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
        define(1, definition);
    }

    /**
     * Replaces the definition.
     *
     * @param version the schema version of the new definition
     */
    void define(int version, ProviderDefinition definition) {
        this.schemaVersion = version;
        this.name = definition.name();
        this.authType = definition.authType();
        this.baseUrl = definition.baseUrl();
        this.documentationUrl = definition.documentationUrl();
        this.page = definition.page();
        this.updatedAt = Instant.now();
    }

    /** Sets the slug and the revision to those of a catalogue entry. Restores the provider if it is deleted. */
    void applyEntry(String entrySlug, int revision) {
        this.slug = entrySlug;
        this.catalogueRevision = revision;
        this.deletedAt = null;
    }

    UUID id() {
        return id;
    }

    ProviderVersion.Key currentVersion() {
        return new ProviderVersion.Key(id, schemaVersion);
    }

    String etag() {
        return RegisteredProvider.etag(id, edition);
    }

    @Nullable
    Integer catalogueRevision() {
        return catalogueRevision;
    }

    /**
     * Returns this provider with its definition.
     *
     * @param current this provider's current version
     */
    RegisteredProvider with(ProviderVersion current) {
        return registered(current.definition(name, authType, documentationUrl, page));
    }

    /**
     * Returns this provider with its definition.
     *
     * @param definition the definition in this provider's current version
     */
    RegisteredProvider registered(ProviderDefinition definition) {
        return new RegisteredProvider(id, tenant, slug, schemaVersion, edition, definition);
    }
}
