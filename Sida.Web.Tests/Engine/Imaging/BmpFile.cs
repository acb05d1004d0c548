namespace Sida.Web.Tests.Engine.Imaging;

/// <summary>Windows bitmaps with any header.</summary>
internal static class BmpFile
{
    /// <summary>A file with a 40-byte header; rows are given from the top and padded here.</summary>
    public static byte[] Build(int width, int height, int bits, byte[][] rows, byte[]? palette = null, int compression = 0, uint[]? masks = null)
    {
        byte[] colours = palette ?? [];
        byte[] afterHeader = [.. (masks ?? []).SelectMany(BitConverter.GetBytes), .. colours];
        byte[] header =
        [
            .. BitConverter.GetBytes(40), .. BitConverter.GetBytes(width), .. BitConverter.GetBytes(height), 1, 0, (byte)bits, 0,
            .. BitConverter.GetBytes(compression), .. new byte[12], .. BitConverter.GetBytes(colours.Length / 4), .. new byte[4], .. afterHeader,
        ];
        return Assemble(header, height < 0 ? rows : [.. rows.Reverse()]);
    }

    /// <summary>A file with the 12-byte header of OS/2 and palette entries of three bytes.</summary>
    public static byte[] BuildCore(int width, int height, int bits, byte[][] rows, byte[] palette)
    {
        byte[] header = [12, 0, 0, 0, .. BitConverter.GetBytes((ushort)width), .. BitConverter.GetBytes((ushort)height), 1, 0, (byte)bits, 0, .. palette];
        return Assemble(header, [.. rows.Reverse()]);
    }

    private static byte[] Assemble(byte[] header, byte[][] rows)
    {
        byte[] body = [.. rows.SelectMany(row => row.Concat(new byte[(4 - (row.Length % 4)) % 4]))];
        return [.. "BM"u8, .. BitConverter.GetBytes(14 + header.Length + body.Length), 0, 0, 0, 0, .. BitConverter.GetBytes(14 + header.Length), .. header, .. body];
    }
}
