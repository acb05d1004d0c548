using Sida.Web.Access;

namespace Sida.Web.Review.Formats.Import;

/// <summary>Bytes that one import may unpack, over all of its files.</summary>
/// <param name="most">How many.</param>
internal sealed class ImportBudget(long most)
{
    private long _used;

    /// <summary>Whether nothing more may be unpacked.</summary>
    public bool IsSpent => _used > most;

    /// <exception cref="LimitException">That was one too many.</exception>
    public void Use(int bytes)
    {
        _used += bytes;
        if (IsSpent)
        {
            throw new LimitException($"The files have more than {most >> 20} MB together (Sida:Review:MaxImportBytes). Import them in parts.", isSize: true);
        }
    }
}
