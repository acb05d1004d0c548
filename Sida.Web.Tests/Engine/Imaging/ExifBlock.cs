using System.Buffers.Binary;

namespace Sida.Web.Tests.Engine.Imaging;

/// <summary>The smallest EXIF block: a TIFF directory with nothing but the orientation.</summary>
internal static class ExifBlock
{
    public static byte[] WithOrientation(int orientation)
    {
        byte[] block = new byte[8 + 2 + 12 + 4];
        "II*\0"u8.CopyTo(block);
        block[4] = 8;
        block[8] = 1;
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(10), 0x0112);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(12), 3);
        BinaryPrimitives.WriteUInt32LittleEndian(block.AsSpan(14), 1);
        BinaryPrimitives.WriteUInt16LittleEndian(block.AsSpan(18), (ushort)orientation);
        return block;
    }
}
