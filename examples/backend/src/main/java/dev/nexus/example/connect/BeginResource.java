package dev.nexus.example.connect;

import dev.nexus.example.nexus.Connection;
import dev.nexus.example.nexus.Nexus;
import dev.nexus.example.nexus.Provider;
import dev.nexus.example.session.CurrentSession;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.BadRequestException;
import jakarta.ws.rs.FormParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import org.jspecify.annotations.Nullable;

/** Handles the buttons that start a connection: Connect and Rotate. */
@Path("/connections")
@Blocking
public class BeginResource {

    private final BeginConnection begin;
    private final Nexus nexus;
    private final OwnConnection own;
    private final CurrentSession session;

    BeginResource(BeginConnection begin, Nexus nexus, OwnConnection own, CurrentSession session) {
        this.begin = begin;
        this.nexus = nexus;
        this.own = own;
        this.session = session;
    }

    @POST
    public Response connect(
            @FormParam("provider") @Nullable String slug,
            @FormParam("label") @Nullable String label,
            @FormParam("way") @Nullable String way) {
        Provider provider = nexus.listProviders().stream()
                .filter(known -> known.slug().equals(slug))
                .findFirst()
                .orElseThrow(BadRequestException::new);
        String tidy = label == null ? "" : label.strip();
        return begin.begin(way(way), session.get(), provider, tidy.isEmpty() ? null : tidy);
    }

    @POST
    @Path("/{id}/rotate")
    public Response rotate(@PathParam("id") String id, @FormParam("way") @Nullable String way) {
        Connection old = own.get(session.get(), id);
        return begin.begin(way(way), session.get(), old.provider(), old.label());
    }

    private static Way way(@Nullable String name) {
        return switch (name == null ? "" : name) {
            case "form" -> Way.FORM;
            case "hosted" -> Way.HOSTED;
            default -> throw new BadRequestException();
        };
    }
}
