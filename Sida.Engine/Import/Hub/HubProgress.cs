namespace Sida.Engine.Import.Hub;

/// <summary>How far a download is.</summary>
/// <param name="FilesDone">Files whole and verified.</param>
/// <param name="FilesTotal">Files in all.</param>
/// <param name="BytesDone">Bytes on disk, those of earlier attempts included.</param>
/// <param name="BytesTotal">Bytes in all.</param>
/// <param name="BytesPerSecond">Rate since the download began, without what was there before; 0 while unknown.</param>
public sealed record HubProgress(int FilesDone, int FilesTotal, long BytesDone, long BytesTotal, double BytesPerSecond)
{
    /// <summary>Time left at this rate; null while unknown.</summary>
    public TimeSpan? TimeLeft => BytesPerSecond > 0 ? TimeSpan.FromSeconds(Math.Min((BytesTotal - BytesDone) / BytesPerSecond, TimeSpan.FromDays(99).TotalSeconds)) : null;
}
