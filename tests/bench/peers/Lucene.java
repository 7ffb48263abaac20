import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.TokenStream;
import org.apache.lucene.analysis.cn.smart.SmartChineseAnalyzer;
import org.apache.lucene.analysis.core.WhitespaceAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.BM25FQuery;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.FSDirectory;
import org.apache.lucene.util.BytesRef;

/** Reads commands, one a line with tabs between the parts, and answers each with the nanoseconds it took and keys. */
public class Lucene {
    static final String[] FIELDS = {"title", "headings", "body"};
    static final float[] WEIGHTS = {4, 2, 1};

    final Analyzer analyzer;
    final FieldType type = new FieldType();
    IndexWriter writer;
    IndexSearcher searcher;

    Lucene(Analyzer analyzer) {
        this.analyzer = analyzer;
        type.setTokenized(true);
        type.setIndexOptions(IndexOptions.DOCS_AND_FREQS);
    }

    public static void main(String[] arguments) throws Exception {
        Lucene engine =
            new Lucene(arguments[0].equals("smartcn") ? new SmartChineseAnalyzer() : new WhitespaceAnalyzer());
        PrintStream out = new PrintStream(System.out, false, "UTF-8");
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        out.println("ready");
        out.flush();
        long building = 0;
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String[] parts = line.split("\t", -1);
            long begun = thread();
            String keys = "";
            long spent = 0;
            switch (parts[0]) {
                case "build":
                    building = process();
                    engine.create(parts[1]);
                    break;
                case "add":
                    engine.add(parts);
                    break;
                case "commit":
                    engine.writer.forceMerge(1);
                    engine.writer.close();
                    spent = process() - building;
                    break;
                case "open":
                    engine.searcher = new IndexSearcher(DirectoryReader.open(FSDirectory.open(Path.of(parts[1]))));
                    spent = thread() - begun;
                    break;
                default:
                    keys = engine.search(parts[1]);
                    spent = thread() - begun;
            }
            out.println(spent + keys);
            out.flush();
        }
    }

    /** The processor time of this thread. */
    static long thread() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    /** The processor time of all of Java. */
    static long process() {
        return ((com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean())
            .getProcessCpuTime();
    }

    void create(String folder) throws Exception {
        writer = new IndexWriter(FSDirectory.open(Path.of(folder)), new IndexWriterConfig(analyzer));
    }

    void add(String[] parts) throws Exception {
        Document document = new Document();
        document.add(new StoredField("key", parts[1]));
        for (int at = 0; at < FIELDS.length; at++) {
            document.add(new Field(FIELDS[at], parts[at + 2], type));
        }
        writer.addDocument(document);
    }

    String search(String text) throws Exception {
        BooleanQuery.Builder any = new BooleanQuery.Builder();
        for (String term : terms(text)) {
            BM25FQuery.Builder fields = new BM25FQuery.Builder();
            for (int at = 0; at < FIELDS.length; at++) {
                fields.addField(FIELDS[at], WEIGHTS[at]);
            }
            any.add(fields.addTerm(new BytesRef(term)).build(), BooleanClause.Occur.SHOULD);
        }
        StringBuilder keys = new StringBuilder();
        for (ScoreDoc hit : searcher.search(any.build(), 10).scoreDocs) {
            keys.append("\t").append(searcher.doc(hit.doc).get("key"));
        }
        return keys.toString();
    }

    Set<String> terms(String text) throws Exception {
        Set<String> terms = new LinkedHashSet<>();
        try (TokenStream tokens = analyzer.tokenStream("body", text)) {
            CharTermAttribute term = tokens.addAttribute(CharTermAttribute.class);
            for (tokens.reset(); tokens.incrementToken() && terms.size() < 1000; ) {
                terms.add(term.toString());
            }
            tokens.end();
        }
        return terms;
    }
}
