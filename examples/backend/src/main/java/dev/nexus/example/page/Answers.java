package dev.nexus.example.page;

import dev.nexus.example.ExampleConfig;
import io.quarkus.qute.TemplateInstance;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.NewCookie;
import jakarta.ws.rs.core.Response;
import java.net.URI;

/** Creates pages and redirects. Builds addresses from the configuration, never from the Host header. */
@ApplicationScoped
public class Answers {

    private static final String HTML = "text/html;charset=UTF-8";

    private final String origin;

    Answers(ExampleConfig config) {
        this.origin = config.publicUrl().toString().replaceAll("/+$", "");
    }

    /** Returns an address of this application. */
    public String address(String path) {
        return origin + path;
    }

    public Response page(int status, TemplateInstance page) {
        return Response.status(status).type(HTML).entity(page.render()).build();
    }

    public Response seeOther(String path, NewCookie... cookies) {
        return Response.seeOther(URI.create(address(path))).cookie(cookies).build();
    }

    /** Redirects to another site. The caller must have checked the address. */
    public Response leave(URI target) {
        return Response.seeOther(target).build();
    }
}
