using Sida.Engine.Analysis;

namespace Sida.Web.Tests.Engine.Analysis;

/// <summary>Nothing stays open of what was opened in vain.</summary>
public sealed class OpenedPartsTests
{
    [Fact]
    public void Parts_are_closed_last_first_unless_released()
    {
        List<string> closed = [];
        using (OpenedParts failed = new())
        {
            failed.Keep(new Part(() => closed.Add("first")));
            failed.Keep(new Part(() => closed.Add("second")));
        }

        using (OpenedParts whole = new())
        {
            whole.Keep(new Part(() => closed.Add("kept")));
            whole.Release();
        }

        Assert.Equal(["second", "first"], closed);
    }

    private sealed class Part(Action close) : IDisposable
    {
        public void Dispose() => close();
    }
}
