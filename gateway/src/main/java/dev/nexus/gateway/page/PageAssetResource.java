package dev.nexus.gateway.page;

import dev.nexus.gateway.http.ErrorWriter;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Response;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** The page's style sheets, script and images. */
@Path("/auth/assets/{name}")
public class PageAssetResource {

    private final Branding branding;
    private final PageHeaders headers;

    PageAssetResource(Branding branding, PageHeaders headers) {
        this.branding = branding;
        this.headers = headers;
    }

    @GET
    @Operation(hidden = true)
    public Response asset(@PathParam("name") String name) {
        PageAssets.Asset asset = branding.asset(name).orElseThrow(() -> ErrorWriter.ofStatus(404));
        Response.ResponseBuilder response = Response.ok(asset.content().getBytes());
        headers.asset(asset).forEach(response::header);
        return response.build();
    }
}
