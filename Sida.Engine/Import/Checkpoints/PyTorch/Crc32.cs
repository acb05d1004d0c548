namespace Sida.Engine.Import.Checkpoints.PyTorch;

/// <summary>The checksum of zip archives (reflected polynomial 0xEDB88320), bit by bit: it is taken of small files only.</summary>
internal static class Crc32
{
    /// <summary>Computes the checksum.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte value in bytes)
        {
            crc ^= value;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ (0xEDB88320 & (0 - (crc & 1)));
            }
        }

        return ~crc;
    }
}
