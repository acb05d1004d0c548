namespace Sida.Engine.Analysis;

/// <summary>Networks that are being opened: they are closed again unless all could be.</summary>
internal sealed class OpenedParts : IDisposable
{
    private readonly Stack<IDisposable> _parts = [];

    /// <summary>Takes care of a part, and gives it back.</summary>
    public T Keep<T>(T part)
        where T : IDisposable
    {
        _parts.Push(part);
        return part;
    }

    /// <summary>All are open: somebody else closes them.</summary>
    public void Release() => _parts.Clear();

    public void Dispose()
    {
        foreach (IDisposable part in _parts)
        {
            part.Dispose();
        }
    }
}
