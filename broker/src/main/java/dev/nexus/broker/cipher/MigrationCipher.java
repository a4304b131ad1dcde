package dev.nexus.broker.cipher;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** The cipher during a migration between two ciphers. The target encrypts. Each of the two decrypts its own values. */
final class MigrationCipher implements CredentialCipher {

    private final CredentialCipher target;
    private final CredentialCipher other;

    /** @param other decrypts, but does not encrypt */
    MigrationCipher(CredentialCipher target, CredentialCipher other) {
        this.target = target;
        this.other = other;
    }

    @Override
    public boolean knows(String cipher) {
        return target.knows(cipher) || other.knows(cipher);
    }

    @Override
    public Uni<List<SealResult>> seal(List<ToSeal> items) {
        return target.seal(items);
    }

    @Override
    public Uni<List<OpenResult>> open(List<ToOpen> items) {
        List<ToOpen> ofOther = items.stream().filter(this::isOfOther).toList();
        if (ofOther.isEmpty()) {
            return target.open(items);
        }
        List<ToOpen> ofTarget = items.stream().filter(item -> !isOfOther(item)).toList();
        return Uni.combine()
                .all()
                .unis(other.open(ofOther), target.open(ofTarget))
                .with((others, targets) -> inOrder(items, others.iterator(), targets.iterator()));
    }

    private boolean isOfOther(ToOpen item) {
        return other.knows(item.ciphertext().cipher());
    }

    private List<OpenResult> inOrder(List<ToOpen> items, Iterator<OpenResult> others, Iterator<OpenResult> targets) {
        List<OpenResult> results = new ArrayList<>(items.size());
        for (ToOpen item : items) {
            results.add(isOfOther(item) ? others.next() : targets.next());
        }
        return results;
    }

    @Override
    public Uni<Boolean> isNewest(CipherBinding binding, String cipher, int keyVersion) {
        return target.isNewest(binding, cipher, keyVersion);
    }
}
