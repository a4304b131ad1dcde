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

/**
 * Creates the key pair of a Gateway's service tokens: the Gateway signs with the private half, the Broker verifies with
 * the public half. Writes the private half to a new file for the Gateway, and adds the public half to the Broker's JWKS
 * file.
 */
@Command(
        name = "mint-service-key",
        mixinStandardHelpOptions = true,
        description = {
            "Creates the key pair of a Gateway's service tokens: the Gateway signs with the private half, the Broker"
                    + " verifies with the public half.",
            "Writes the private half to a new file for the Gateway, and adds the public half to the Broker's JWKS file."
        })
public final class MintServiceKey implements Callable<Integer> {

    @Spec
    private @Nullable CommandSpec spec;

    @Option(
            names = "--private",
            required = true,
            description = "A new file for the private half. Name it in nexus.gateway.service-key-file.")
    private @Nullable Path privateFile;

    @Option(
            names = "--jwks",
            required = true,
            description = "The file of nexus.broker.gateway-keys-file. Created if it does not exist.")
    private @Nullable Path jwksFile;

    @Option(names = "--kid", description = "The key's id. Default: the date and 8 random hex digits.")
    private @Nullable String kid;

    @Override
    public Integer call() throws JoseException, IOException {
        if (privateFile == null || jwksFile == null) {
            throw new IllegalStateException("picocli sets the required options before it calls the command");
        }
        EllipticCurveJsonWebKey key = EcJwkGenerator.generateJwk(EllipticCurves.P256);
        key.setKeyId(
                kid == null
                        ? LocalDate.now(ZoneOffset.UTC) + "-"
                                + UUID.randomUUID().toString().substring(0, 8)
                        : kid);
        if (Files.exists(privateFile)) {
            throw refusal("--private names a file that exists. Name a new file.");
        }
        List<JsonWebKey> published = new ArrayList<>();
        if (Files.exists(jwksFile)) {
            published.addAll(new JsonWebKeySet(Files.readString(jwksFile)).getJsonWebKeys());
        }
        if (published.stream().anyMatch(other -> key.getKeyId().equals(other.getKeyId()))) {
            throw refusal("--kid: the JWKS file already has this kid. Choose another.");
        }
        published.add(key);
        Files.createFile(
                privateFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(privateFile, key.toJson(OutputControlLevel.INCLUDE_PRIVATE));
        // Replaces the file in one step, because a Broker may read it at any time.
        Path next = Files.createTempFile(jwksFile.toAbsolutePath().getParent(), "jwks", ".new");
        Files.writeString(next, new JsonWebKeySet(published).toJson(OutputControlLevel.PUBLIC_ONLY));
        Files.move(next, jwksFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return 0;
    }

    private ParameterException refusal(String rule) {
        if (spec == null) {
            throw new IllegalStateException("picocli sets spec before it calls the command");
        }
        return new ParameterException(spec.commandLine(), rule);
    }
}
