package openswipe;

import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Map;

import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;
import org.h2.mvstore.type.ObjectDataType;

/**
 * Documents in the file as BSON. A commit writes each changed page whole, with all its documents; the store itself would
 * write them by Java's serialization, several times as slow and long, and take each for 1,000 bytes of its cache.
 */
final class DocumentType extends BasicDataType<Document> {
    /** No tag of {@link ObjectDataType}, which wrote the files of earlier versions. */
    private static final byte BSON = 31;
    private static final int FIRST_BYTES = 512;
    private static final int OBJECT_BYTES = 56;
    private static final int FIELD_BYTES = 104;

    private final ObjectDataType earlier = new ObjectDataType();

    @Override
    public void write(WriteBuffer buffer, Document document) {
        ByteBuf bson = Unpooled.buffer(FIRST_BYTES);
        BsonEncoder.encodeDocument(document, bson);
        buffer.put(BSON).putVarInt(bson.readableBytes()).put(bson.nioBuffer());
    }

    @Override
    public Document read(ByteBuffer buffer) {
        if (buffer.get(buffer.position()) != BSON) {
            return (Document) earlier.read(buffer);
        }
        buffer.get();
        byte[] bson = new byte[DataUtils.readVarInt(buffer)];
        buffer.get(bson);
        return BsonDecoder.decodeBson(Unpooled.wrappedBuffer(bson));
    }

    /** About what it takes of the heap. */
    @Override
    public int getMemory(Document document) {
        return bytesOf(document);
    }

    private static int bytesOf(Object value) {
        int bytes = OBJECT_BYTES;
        if (value instanceof String text) {
            bytes += text.length();
        } else if (value instanceof Map<?, ?> fields) {
            for (Map.Entry<?, ?> field : fields.entrySet()) {
                bytes += FIELD_BYTES + bytesOf(field.getValue());
            }
        } else if (value instanceof Collection<?> elements) {
            for (Object element : elements) {
                bytes += bytesOf(element);
            }
        } else if (value instanceof byte[] data) {
            bytes += data.length;
        }
        return bytes;
    }

    @Override
    public Document[] createStorage(int size) {
        return new Document[size];
    }
}
