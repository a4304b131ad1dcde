package dev.nexus.broker.database;

/**
 * Bounds the work of a list. One filter uses an index. The other filters are checked on at most {@link #ROWS}
 * rows of this index for each page. A page that reaches the bound has only the matches so far, possibly none. Its
 * cursor continues after the last row that was read. AIP-158 allows a page that is shorter than its limit, or empty,
 * although more pages follow.
 *
 * @see <a href="https://google.aip.dev/158">AIP-158</a>
 */
public final class ScanBudget {

    /**
     * The maximum number of rows on which the filters of one page are checked. A query can read more rows, because it
     * can scan several ranges of an index, each with this limit, and can repeat the scan. In the worst case, PostgreSQL
     * reads about 2,000 database pages of 8 KiB for one scan, in about 10 ms.
     */
    public static final int ROWS = 2_000;

    private ScanBudget() {}
}
