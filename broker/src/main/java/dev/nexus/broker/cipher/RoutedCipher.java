package dev.nexus.broker.cipher;

import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** While values move from one cipher to another: one seals, each opens what it has sealed. */
final class RoutedCipher implements CredentialCipher {

    private final CredentialCipher seals;
    private final CredentialCipher former;

    RoutedCipher(CredentialCipher seals, CredentialCipher former) {
        this.seals = seals;
        this.former = former;
    }

    @Override
    public boolean knows(String cipher) {
        return seals.knows(cipher) || former.knows(cipher);
    }

    @Override
    public Uni<List<SealResult>> seal(List<ToSeal> items) {
        return seals.seal(items);
    }

    @Override
    public Uni<List<OpenResult>> open(List<ToOpen> items) {
        List<ToOpen> sealedByFormer = items.stream()
                .filter(item -> former.knows(item.ciphertext().cipher()))
                .toList();
        if (sealedByFormer.isEmpty()) {
            return seals.open(items);
        }
        List<ToOpen> others = items.stream()
                .filter(item -> !former.knows(item.ciphertext().cipher()))
                .toList();
        return Uni.combine()
                .all()
                .unis(former.open(sealedByFormer), seals.open(others))
                .with((byFormer, byOther) ->
                        inOrder(items, item -> former.knows(item.ciphertext().cipher()), byFormer, byOther));
    }

    private static List<OpenResult> inOrder(
            List<ToOpen> items, Function<ToOpen, Boolean> first, List<OpenResult> firsts, List<OpenResult> others) {
        List<OpenResult> results = new ArrayList<>(items.size());
        int nextFirst = 0;
        int nextOther = 0;
        for (ToOpen item : items) {
            results.add(first.apply(item) ? firsts.get(nextFirst++) : others.get(nextOther++));
        }
        return results;
    }

    @Override
    public Uni<Boolean> isNewest(CipherBinding binding, String cipher, int keyVersion) {
        return seals.isNewest(binding, cipher, keyVersion);
    }
}
