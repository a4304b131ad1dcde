package dev.nexus.gateway.page;

import dev.nexus.gateway.http.ErrorWriter;
import dev.nexus.gateway.http.GatewayConfig;
import dev.nexus.gateway.http.PublicPath;
import io.vertx.core.buffer.Buffer;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/**
 * The page's style sheets, script and images, kept in memory. Their names contain a hash of their content, so that a
 * browser may cache them for a year. During a rolling restart, a page of one version may request its files from a
 * Gateway of another version. That Gateway responds with its own style sheet or script, which must not be cached.
 */
@Path(PageAssets.PATH + "{name}")
class PageAssets {

    static final String PATH = "/auth/assets/";

    private static final String KEEP = "public, max-age=31536000, immutable";
    private static final int NAME_DIGITS = 16;

    private final PageHeaders headers;
    private final String basePath;
    private final Map<String, Asset> byName = new LinkedHashMap<>();
    private final Map<String, Asset> byEnding = new LinkedHashMap<>();

    PageAssets(PageHeaders headers, GatewayConfig config) {
        this.headers = headers;
        this.basePath = PublicPath.of(config);
    }

    /** A file to serve. */
    record Asset(Buffer content, String type, String cacheControl) {}

    @GET
    @Operation(hidden = true)
    public RestResponse<byte[]> asset(@PathParam("name") String name) {
        Asset asset = find(name).orElseThrow(() -> ErrorWriter.ofStatus(404));
        ResponseBuilder<byte[]> response = ResponseBuilder.ok(asset.content().getBytes());
        headers.asset(asset).forEach(response::header);
        return response.build();
    }

    /** Adds a file and returns its URL path. Call it only at startup. */
    String add(byte[] content, String ending, String type) {
        String name = digest(content) + "." + ending;
        byName.put(name, new Asset(Buffer.buffer(content), type, KEEP));
        byEnding.putIfAbsent(ending, new Asset(Buffer.buffer(content), type, "no-store"));
        return basePath + PATH + name;
    }

    String addText(String content, String ending, String type) {
        return add(content.getBytes(StandardCharsets.UTF_8), ending, type + ";charset=UTF-8");
    }

    private Optional<Asset> find(String name) {
        Asset known = byName.get(name);
        if (known != null) {
            return Optional.of(known);
        }
        String ending = name.substring(name.lastIndexOf('.') + 1);
        return ending.equals("css") || ending.equals("js")
                ? Optional.ofNullable(byEnding.get(ending))
                : Optional.empty();
    }

    /** Returns the script or style sheet {@code name} without indentation and comment lines. */
    static String compacted(String name) {
        return resource(name)
                .lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("//"))
                .collect(Collectors.joining("\n", "", "\n"));
    }

    /** Returns the resource {@code page/name}. */
    static String resource(String name) {
        try (InputStream file = PageAssets.class.getResourceAsStream("/page/" + name)) {
            if (file == null) {
                throw new IllegalStateException("the resource page/" + name + " is missing");
            }
            return new String(file.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException failure) {
            throw new UncheckedIOException("a resource could not be read", failure);
        }
    }

    private static String digest(byte[] content) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(content))
                    .substring(0, NAME_DIGITS);
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("every JDK has SHA-256", impossible);
        }
    }
}
