package dev.nexus.gateway.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import org.jose4j.jwk.EcJwkGenerator;
import org.jose4j.jwk.EllipticCurveJsonWebKey;
import org.jose4j.jwk.JsonWebKey;
import org.jose4j.jwk.JsonWebKey.OutputControlLevel;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.keys.EllipticCurves;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Makes a Gateway's key pair: the private half for the Gateway, the public half into the Broker's JWKS file. */
@Command(
        name = "mint-service-key",
        mixinStandardHelpOptions = true,
        description = {
            "Makes the key that a Gateway proves itself to the Broker with.",
            "The private half goes to a new file for the Gateway, the public half is added to the Broker's JWKS file."
        })
public final class MintServiceKey implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Option(names = "--private", required = true, description = "A new file for nexus.gateway.service-key-file.")
    private @Nullable Path privateFile;

    @Option(
            names = "--jwks",
            required = true,
            description = "The file of nexus.broker.gateway-keys-file; made or added to.")
    private @Nullable Path jwksFile;

    @Option(names = "--kid", description = "The key's id; made from the date where absent.")
    private @Nullable String kid;

    @Override
    public Integer call() throws JoseException, IOException {
        if (privateFile == null || jwksFile == null) {
            throw new IllegalStateException("picocli fills in what is required");
        }
        EllipticCurveJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        key.setKeyId(
                kid == null
                        ? LocalDate.now(ZoneOffset.UTC) + "-"
                                + UUID.randomUUID().toString().substring(0, 8)
                        : kid);
        if (Files.exists(privateFile)) {
            throw refusal("--private names a file that is there already; name a new one");
        }
        List<JsonWebKey> published = new ArrayList<>();
        if (Files.exists(jwksFile)) {
            published.addAll(new JsonWebKeySet(Files.readString(jwksFile)).getJsonWebKeys());
        }
        if (published.stream().anyMatch(former -> key.getKeyId().equals(former.getKeyId()))) {
            throw refusal("--kid is in the JWKS file already; give another");
        }
        published.add(key);
        Files.createFile(
                privateFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(privateFile, key.toJson(OutputControlLevel.INCLUDE_PRIVATE));
        // In one step, since a Broker may be reading it.
        Path next = Files.createTempFile(jwksFile.toAbsolutePath().getParent(), "jwks", ".new");
        Files.writeString(next, new JsonWebKeySet(published).toJson(OutputControlLevel.PUBLIC_ONLY));
        Files.move(next, jwksFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return 0;
    }

    private ParameterException refusal(String rule) {
        if (spec == null) {
            throw new IllegalStateException("picocli fills in the command before it calls it");
        }
        return new ParameterException(spec.commandLine(), rule);
    }
}
