using Microsoft.Extensions.Options;
using Sida.Web.Access;

namespace Sida.Web.Tests.Web.Access;

public sealed class CircuitCountTests
{
    [Fact]
    public void Open_pages_are_limited_by_owner_and_in_total()
    {
        CircuitCount count = new(Options.Create(new AccessOptions { MaxCircuitsPerOwner = 2, MaxCircuits = 3 }));
        (Guid anna, Guid ben) = (Guid.NewGuid(), Guid.NewGuid());
        Assert.True(count.TryAdd(anna));
        Assert.True(count.TryAdd(anna));
        Assert.False(count.TryAdd(anna));
        Assert.True(count.TryAdd(ben));
        Assert.False(count.TryAdd(ben));
        count.Remove(anna);
        Assert.True(count.TryAdd(ben));
    }
}
